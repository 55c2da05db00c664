// SPDX-License-Identifier: MIT
// Asks an endpoint with the AWS SDK for Go 2.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	settings, err := config.LoadDefaultConfig(context.TODO())
	if err == nil {
		service := sts.NewFromConfig(settings, sts.WithEndpointResolver(sts.EndpointResolverFromURL(os.Args[1])))
		_, err = service.GetCallerIdentity(context.TODO(), &sts.GetCallerIdentityInput{})
	}
	fmt.Println(err)
}
